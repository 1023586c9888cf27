/* Como está um webhook: desde quando, por quê e o que vem a seguir. */

export default {
  percent: "{number}%",
  "standing.counting": "As novas entregas são contadas em um ou dois minutos.",
  "standing.failed_last": "A última tentativa falhou, e nada mais aguarda",
  "standing.disabled_at": "Se nada for entregue até lá, o webhook será suspenso {at}.",
  "standing.disabled_since": "Suspenso automaticamente desde {since}",
  "standing.disabled_gone": "O receptor respondeu 410 (gone): pediu para não receber mais eventos.",
  "standing.disabled_failed": "O receptor falhou durante sete dias sem nenhum sucesso.",
  "standing.disabled_next": "Os novos eventos são guardados como ignorados. Quando o receptor estiver pronto, reative o webhook: você também poderá enviar os ignorados.",
  "standing.retired_since": "Desativado desde {since}: os eventos não são enviados e ficam guardados como ignorados",
  "standing.certificate_ends": "O certificado de cliente vence {at}",
  "standing.certificate_ended": "O certificado de cliente venceu {at}",
  "standing.certificate_to_do": "Um receptor que o verifica vai recusar o que for enviado. Edite o webhook e informe um novo certificado.",
  "webhooks.column_day": "Últimas 24 horas",
  "standing.rate": "{rate} entregues",
  "standing.rate_none": "Nenhum evento",
  "standing.latency": "95% em {duration}",
  "standing.spark": "{delivered} entregues, {pending} pendentes, {given_up} expiradas ou ignoradas nas últimas 24 horas.",
  "standing.batches": "Os eventos dos tipos enviados em lotes aguardam o próximo lote antes de aparecer aqui. Busque um pelo ID para ver até quando ele sai.",
  "standing.find": "Buscar um evento",
};
