/* O portal: o console para os clientes de uma plataforma. */

export default {
  "portal.none_title": "Abra esta página na sua plataforma",
  "portal.link_title": "Este link já foi usado ou é antigo demais",
  "portal.over_title": "Sua sessão terminou",
  "portal.ending_title": "Sua sessão está prestes a terminar",
  "portal.closed_title": "Você saiu",
  "portal.closed_body": "Você pode fechar esta página.",
  "portal.embedded_body": "A página em volta desta não renovou sua sessão. Tente novamente ou recarregue aquela página.",
  "portal.expired_hint": "Renove-a como indicado acima e tente novamente.",
  "portal.tab_body": "Renove sua sessão em uma nova aba e depois volte para esta.",
  "portal.back_body": "Volte à sua plataforma e abra esta página por lá.",
  "portal.kept": "O que você preencheu continua aqui.",
  "portal.renew": "Renovar sessão",
  "portal.handed_on_title": "Sua sessão foi renovada",
  "portal.handed_on_body": "A aba de onde você veio continua com ela. Você pode fechar esta.",
  "portal.other_account": "Sua sessão é de outra conta.",
  "portal.no_webhooks": "Webhooks avisam outro sistema do que acontece nesta conta.",
  "portal.not_granted_title": "Isto não faz parte do seu acesso",
  "portal.not_granted_read": "Sua plataforma não deu a você acesso a webhooks e entregas.",
  "portal.not_granted_write": "Você pode ver os webhooks, mas não pode adicioná-los nem alterá-los.",
};
