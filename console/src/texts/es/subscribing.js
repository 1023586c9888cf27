/* Recibir un tipo de evento desde el catálogo. */

export default {
  "subscribing.button": "Recibir este evento",
  "subscribing.to": "Recibir este evento: {name}",
  "subscribing.with_new": "Recibir este evento con un webhook nuevo: {name}",
  "subscribing.which": "¿Qué webhook debe recibirlo?",
  "subscribing.add": "Agregar a {name}",
  "subscribing.new": "Un webhook nuevo",
  "subscribing.full": { one: "No se puede crear otro webhook: llegaste al límite de {count}.", many: "No se puede crear otro webhook: llegaste al límite de {count}.", other: "No se puede crear otro webhook: llegaste al límite de {count}." },
  "subscribing.all": "Todos tus webhooks lo reciben, y llegaste al límite de webhooks.",
  "subscribing.done": "{name} lo recibe a partir de ahora.",
  "subscribing.done_off": "Se agregó a {name}, que lo recibirá cuando se reactive.",
};
