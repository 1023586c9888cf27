"""The mails in Portuguese."""

from recado.rules.alerting.words import Words
from recado.rules.webhook.alert import AlertKind

WORDS = Words(
    happened={
        AlertKind.FAILING: "O webhook “{name}” está falhando",
        AlertKind.STILL_FAILING: "O webhook “{name}” continua falhando",
        AlertKind.RECOVERED: "O webhook “{name}” se recuperou",
        AlertKind.DISABLED: "O webhook “{name}” foi desativado",
        AlertKind.SLOW: "O webhook “{name}” está lento",
        AlertKind.SET_ASIDE: "O webhook “{name}” tem eventos separados",
        AlertKind.CERTIFICATE_ENDING: "O webhook “{name}” precisa de um novo certificado de cliente",
    },
    failures={
        "BLOCKED_TARGET": "Endereço não permitido",
        "DNS": "Host não encontrado",
        "CONNECT": "Sem conexão",
        "TLS": "Certificado recusado",
        "TIMEOUT": "Tempo esgotado",
        "CLOSED": "Conexão encerrada",
        "REDIRECT": "Redirecionada",
        "CLIENT_ERROR": "Requisição recusada",
        "SERVER_ERROR": "Erro do receptor",
        "PROTOCOL": "Resposta inválida",
        "OAUTH2": "Sem token de acesso",
    },
    about="{happened}. É o {webhook} da conta {account}.",
    waiting="Eventos pendentes: {count}",
    more_than="mais de {count}",
    failing_since="Falhando desde: {time}; tentativas seguidas com falha: {attempts}",
    had_failed_since="Falhava desde: {time}; tentativas seguidas com falha: {attempts}",
    last_error="Último erro: {failure}",
    with_status="{failure}, status {status}",
    took="Tempo de resposta: {took} s ou mais; é lento o que passa de {limit} s",
    certificate="Certificado de cliente: {subject}, válido até {time}",
    meaning="O que significa: {text}",
    what_to_do="O que fazer: {text}",
    open_webhook="Ver o webhook",
    last_for_today="Este é o último alerta que este endereço recebe em 24 horas: ele já recebeu o máximo permitido.",
    why_alert="Você recebe este e-mail porque {address} foi confirmado para os alertas da conta {account}.",
    unsubscribe="Cancelar inscrição",
    asking_subject="Quer receber os alertas de webhooks da conta {account}?",
    asking="Alguém informou {address} para os alertas da conta {account}.",
    asking_what="Depois de confirmar, você é avisado por e-mail quando um webhook desta conta falha, se recupera, é "
    "desativado, fica lento, separa eventos ou precisa de um novo certificado. O link vale por 7 dias.",
    confirm="Confirmar o endereço",
    not_you="Se não esperava nada disso, não faça nada: sem a sua confirmação você não recebe alertas. Também é "
    "possível cancelar a inscrição.",
    meanings={
        AlertKind.FAILING: "Nada se perde: os eventos esperam e são enviados em ordem quando o receptor voltar.",
        AlertKind.STILL_FAILING: "Cada evento espera sete dias; depois de sete dias sem sucesso o webhook é "
        "desativado.",
        AlertKind.RECOVERED: "Os eventos voltaram a ser entregues; o que ainda espera está sendo enviado.",
        AlertKind.DISABLED: "Nada mais é enviado a ele: novos eventos são registrados como ignorados, e o que espera "
        "expira depois de sete dias.",
        AlertKind.SLOW: "Para que ninguém espere por ele, seus eventos saem pela fila, um envio por vez, até que três "
        "respostas seguidas sejam rápidas. Nenhum evento se perde, e os de outros webhooks não atrasam.",
        AlertKind.SET_ASIDE: "Há eventos que o receptor não aceita, embora aceite outros. Os outros seguem; cada "
        "evento separado é tentado a cada cinco minutos até completar sete dias.",
        AlertKind.CERTIFICATE_ENDING: "Depois do fim da validade, um receptor que pede o certificado recusa todos os "
        "POSTs, e cada evento espera sete dias.",
    },
    to_do={
        AlertKind.RECOVERED: "Nada.",
        AlertKind.DISABLED: "Depois ative o webhook de novo: o que ainda espera é enviado, e o que foi ignorado pode "
        "ser reenviado.",
        AlertKind.SLOW: "Faça o receptor responder com 202 em até {limit} s e trabalhar depois. Se ele precisar de "
        "mais tempo, o webhook pode lhe dar até 15 segundos.",
        AlertKind.SET_ASIDE: "Veja o último erro da entrega e corrija o receptor; depois reenvie ou retire a entrega.",
        AlertKind.CERTIFICATE_ENDING: "Peça a emissão de outro certificado e informe-o com a chave, na autenticação "
        "do webhook.",
    },
    hints={
        "BLOCKED_TARGET": "Use um endereço HTTPS público. Os privados só funcionam se o operador permitir.",
        "DNS": "Verifique o nome de host da URL de destino e seus registros de DNS.",
        "CONNECT": "Verifique se o receptor está no ar e se o firewall dele aceita conexões.",
        "TLS": "Verifique os certificados do receptor e os do webhook, e se o receptor aceita TLS 1.2 ou 1.3.",
        "TIMEOUT": "Faça o receptor responder com 202 dentro do tempo limite do webhook e trabalhar depois.",
        "CLOSED": "Consulte os logs do receptor, e os de qualquer proxy na frente dele, neste horário.",
        "REDIRECT": "Redirecionamentos não são seguidos: informe o endereço final como URL de destino.",
        "CLIENT_ERROR": "Verifique o caminho, a autenticação e os cabeçalhos personalizados do webhook.",
        "SERVER_ERROR": "Consulte o log do receptor neste horário.",
        "PROTOCOL": "A resposta não era HTTP válido, ou o corpo não tinha a forma esperada: verifique o que "
        "responde na "
        "URL de destino.",
        "OAUTH2": "Verifique a URL de token, o ID e o segredo do cliente, o escopo e a audiência do webhook.",
        "NAMED": "Pergunte a quem administra o receptor ou consulte o log dele. O evento é tentado de novo "
        "separadamente.",
        "BODY": "O receptor não conseguiu usar o corpo: consulte a resposta e o log dele.",
        "ACCESS": "Verifique a autenticação, o segredo de assinatura e se há um firewall ou proxy na frente do "
        "receptor.",
        "PATH": "Verifique o caminho da URL de destino e se o receptor aceita POST nele.",
        "PACE": "O receptor não dá conta: reduza os POSTs por minuto do webhook.",
        "GONE": "O receptor não quer mais eventos: informe o novo endereço ou exclua o webhook.",
        "SIZE": "O corpo é grande demais para o receptor: aumente o limite dele ou reduza os bytes por POST do "
        "webhook.",
    },
)
