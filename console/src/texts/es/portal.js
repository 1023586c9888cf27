/* El portal: la consola para los clientes de una plataforma. */

export default {
  "portal.none_title": "Abre esta página desde tu plataforma",
  "portal.link_title": "Este enlace ya se usó o es demasiado antiguo",
  "portal.over_title": "Tu sesión ha terminado",
  "portal.ending_title": "Tu sesión está a punto de terminar",
  "portal.closed_title": "Has cerrado la sesión",
  "portal.closed_body": "Puedes cerrar esta página.",
  "portal.embedded_body": "La página que rodea a esta no ha renovado tu sesión. Inténtalo de nuevo o recarga aquella página.",
  "portal.expired_hint": "Renuévala como se indica arriba y vuelve a intentarlo.",
  "portal.tab_body": "Renueva tu sesión en una pestaña nueva y vuelve después a esta.",
  "portal.back_body": "Vuelve a tu plataforma y abre esta página desde allí.",
  "portal.kept": "Lo que has escrito sigue aquí.",
  "portal.renew": "Renovar la sesión",
  "portal.handed_on_title": "Tu sesión se ha renovado",
  "portal.handed_on_body": "La pestaña de la que vienes continúa con ella. Puedes cerrar esta.",
  "portal.other_account": "Tu sesión es de otra cuenta.",
  "portal.no_webhooks": "Los webhooks avisan a otro sistema de lo que pasa en esta cuenta.",
  "portal.not_granted_title": "Esto no forma parte de tu acceso",
  "portal.not_granted_read": "Tu plataforma no te ha dado acceso a los webhooks ni a las entregas.",
  "portal.not_granted_write": "Puedes ver los webhooks, pero no añadirlos ni cambiarlos.",
};
