/* Receber um tipo de evento a partir do catálogo. */

export default {
  "subscribing.button": "Receber este evento",
  "subscribing.to": "Receber este evento: {name}",
  "subscribing.with_new": "Receber este evento com um novo webhook: {name}",
  "subscribing.which": "Qual webhook deve recebê-lo?",
  "subscribing.add": "Adicionar a {name}",
  "subscribing.new": "Um novo webhook",
  "subscribing.full": { one: "Não é possível criar outro webhook: você atingiu o limite de {count}.", many: "Não é possível criar outro webhook: você atingiu o limite de {count}.", other: "Não é possível criar outro webhook: você atingiu o limite de {count}." },
  "subscribing.all": "Todos os seus webhooks o recebem, e você atingiu o limite de webhooks.",
  "subscribing.done": "{name} o recebe a partir de agora.",
  "subscribing.done_off": "Adicionado a {name}, que o receberá quando for reativado.",
};
