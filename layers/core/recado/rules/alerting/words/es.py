"""The mails in Spanish."""

from recado.rules.alerting.words import Words
from recado.rules.webhook.alert import AlertKind

WORDS = Words(
    happened={
        AlertKind.FAILING: "El webhook “{name}” está fallando",
        AlertKind.STILL_FAILING: "El webhook “{name}” sigue fallando",
        AlertKind.RECOVERED: "El webhook “{name}” se recuperó",
        AlertKind.DISABLED: "El webhook “{name}” fue desactivado",
        AlertKind.SLOW: "El webhook “{name}” está lento",
        AlertKind.SET_ASIDE: "El webhook “{name}” tiene eventos apartados",
        AlertKind.CERTIFICATE_ENDING: "El webhook “{name}” necesita un nuevo certificado de cliente",
    },
    failures={
        "BLOCKED_TARGET": "Dirección no permitida",
        "DNS": "Host no encontrado",
        "CONNECT": "Sin conexión",
        "TLS": "Certificado rechazado",
        "TIMEOUT": "Tiempo de espera agotado",
        "CLOSED": "Conexión cerrada",
        "REDIRECT": "Redirigida",
        "CLIENT_ERROR": "Solicitud rechazada",
        "SERVER_ERROR": "Error del receptor",
        "PROTOCOL": "Respuesta no válida",
        "OAUTH2": "Sin token de acceso",
    },
    about="{happened}. Es el {webhook} de la cuenta {account}.",
    waiting="Eventos pendientes: {count}",
    more_than="más de {count}",
    failing_since="Fallando desde: {time}; intentos fallidos seguidos: {attempts}",
    had_failed_since="Fallaba desde: {time}; intentos fallidos seguidos: {attempts}",
    last_error="Último error: {failure}",
    with_status="{failure}, estado {status}",
    took="Tiempo de respuesta: {took} s o más; es lento lo que pasa de {limit} s",
    certificate="Certificado de cliente: {subject}, válido hasta {time}",
    meaning="Qué significa: {text}",
    what_to_do="Qué hacer: {text}",
    open_webhook="Ver el webhook",
    last_for_today="Esta es la última alerta que esta dirección recibe en 24 horas: ya recibió el máximo permitido.",
    why_alert="Recibes este correo porque {address} fue confirmada para las alertas de la cuenta {account}.",
    unsubscribe="Cancelar la suscripción",
    asking_subject="¿Quieres recibir las alertas de webhooks de la cuenta {account}?",
    asking="Alguien ingresó {address} para las alertas de la cuenta {account}.",
    asking_what="Después de confirmar, se te avisa por correo cuando un webhook de esta cuenta falla, se recupera, es "
    "desactivado, está lento, aparta eventos o necesita un nuevo certificado. El enlace vale por 7 días.",
    confirm="Confirmar la dirección",
    not_you="Si no esperabas nada de esto, no hagas nada: sin tu confirmación no recibes alertas. También puedes "
    "cancelar la suscripción.",
    meanings={
        AlertKind.FAILING: "Nada se pierde: los eventos esperan y se envían en orden cuando el receptor vuelva.",
        AlertKind.STILL_FAILING: "Cada evento espera siete días; tras siete días sin éxito el webhook se desactiva.",
        AlertKind.RECOVERED: "Los eventos se entregan de nuevo; lo que aún espera se está enviando.",
        AlertKind.DISABLED: "Ya no se le envía nada: los eventos nuevos se registran como omitidos, y lo que espera "
        "vence a los siete días.",
        AlertKind.SLOW: "Para que nadie espere por él, sus eventos salen por la cola, un envío a la vez, hasta "
        "que tres "
        "respuestas seguidas sean rápidas. Ningún evento se pierde, y los de otros webhooks no se retrasan.",
        AlertKind.SET_ASIDE: "Hay eventos que el receptor no acepta, aunque acepta otros. Los demás siguen; "
        "cada evento "
        "apartado se intenta cada cinco minutos hasta que cumple siete días.",
        AlertKind.CERTIFICATE_ENDING: "Cuando termine su validez, un receptor que pide el certificado rechaza "
        "todos los "
        "POST, y cada evento espera siete días.",
    },
    to_do={
        AlertKind.RECOVERED: "Nada.",
        AlertKind.DISABLED: "Después activa el webhook de nuevo: lo que aún espera se envía, y lo omitido se puede "
        "reenviar.",
        AlertKind.SLOW: "Haz que el receptor responda con 202 en un máximo de {limit} s y trabaje después. Si necesita "
        "más tiempo, el webhook puede darle hasta 15 segundos.",
        AlertKind.SET_ASIDE: "Mira el último error de la entrega y corrige el receptor; después reenvía o retira la "
        "entrega.",
        AlertKind.CERTIFICATE_ENDING: "Pide que se emita otro certificado e ingrésalo con su clave, en la "
        "autenticación "
        "del webhook.",
    },
    hints={
        "BLOCKED_TARGET": "Usa una dirección HTTPS pública. Las privadas solo funcionan si el operador las permite.",
        "DNS": "Revisa el nombre de host de la URL de destino y sus registros DNS.",
        "CONNECT": "Revisa que el receptor esté en marcha y que su firewall acepte conexiones.",
        "TLS": "Revisa los certificados del receptor y los del webhook, y que el receptor admita TLS 1.2 o 1.3.",
        "TIMEOUT": "Haz que el receptor responda con 202 dentro del tiempo límite del webhook y trabaje después.",
        "CLOSED": "Revisa los registros del receptor, y los de cualquier proxy que esté delante, a esta hora.",
        "REDIRECT": "Las redirecciones no se siguen: ingresa la dirección final como URL de destino.",
        "CLIENT_ERROR": "Revisa la ruta, la autenticación y los encabezados personalizados del webhook.",
        "SERVER_ERROR": "Revisa el registro del receptor a esta hora.",
        "PROTOCOL": "La respuesta no era HTTP válido, o su cuerpo no tenía la forma esperada: revisa qué "
        "responde en la "
        "URL de destino.",
        "OAUTH2": "Revisa la URL de token, el ID y el secreto del cliente, el alcance y la audiencia del webhook.",
        "NAMED": "Pregunta a quien administra el receptor, o revisa su registro. El evento se reintenta por separado.",
        "BODY": "El receptor no pudo usar el cuerpo: revisa su respuesta y su registro.",
        "ACCESS": "Revisa la autenticación, el secreto de firma y cualquier firewall o proxy que esté delante del "
        "receptor.",
        "PATH": "Revisa la ruta de la URL de destino y que el receptor acepte POST en ella.",
        "PACE": "El receptor no da abasto: baja los POST por minuto del webhook.",
        "GONE": "El receptor ya no quiere eventos: ingresa su nueva dirección o elimina el webhook.",
        "SIZE": "El cuerpo es demasiado grande para el receptor: aumenta su límite o baja los bytes por POST del "
        "webhook.",
    },
)
