/* Cómo está un webhook: desde cuándo, por qué y qué sigue. */

export default {
  percent: "{number} %",
  "standing.counting": "Las nuevas entregas se cuentan en uno o dos minutos.",
  "standing.failed_last": "El último intento falló y ya no espera nada",
  "standing.disabled_at": "Si no se entrega nada hasta entonces, el webhook se suspenderá {at}.",
  "standing.disabled_since": "Suspendido automáticamente desde {since}",
  "standing.disabled_gone": "El receptor respondió 410 (gone): pidió no recibir más eventos.",
  "standing.disabled_failed": "El receptor falló durante siete días sin ningún éxito.",
  "standing.disabled_next": "Los nuevos eventos se guardan como omitidos. Cuando el receptor esté listo, reactiva el webhook: también podrás enviar los omitidos.",
  "standing.retired_since": "Desactivado desde {since}: los eventos no se envían y se guardan como omitidos",
  "standing.certificate_ends": "El certificado de cliente vence {at}",
  "standing.certificate_ended": "El certificado de cliente venció {at}",
  "standing.certificate_to_do": "Un receptor que lo verifica rechazará lo que se envíe. Edita el webhook e ingresa un certificado nuevo.",
  "webhooks.column_day": "Últimas 24 horas",
  "standing.rate": "{rate} entregadas",
  "standing.rate_none": "Ningún evento",
  "standing.latency": "95% en {duration}",
  "standing.spark": "{delivered} entregadas, {pending} pendientes, {given_up} vencidas u omitidas en las últimas 24 horas.",
  "standing.batches": "Los eventos de los tipos que se envían en lotes esperan el próximo lote antes de aparecer aquí. Busca uno por su ID para ver cuándo sale a más tardar.",
  "standing.find": "Buscar un evento",
};
