/* Por que um evento foi ou não foi a um webhook, frase por frase, como a API diz. */

const MOMENT = "(\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z)";

export default [
  [/^The receiver took it with status (\d+)\.$/, "o receptor o aceitou com o status $1"],
  [/^It came while the webhook was off; it can be sent again\.$/, "chegou com o webhook desligado; pode ser reenviado"],
  [/^It waited for seven days; it can be sent again\.$/, "aguardou sete dias; pode ser reenviado"],
  [/^When it was to be sent the webhook wanted such events no more\.$/, "quando ia ser enviado, o webhook já não queria esses eventos"],
  [/^Somebody withdrew it\.$/, "alguém o retirou"],
  [/^It was asked for again$/, "foi solicitado de novo"],
  [/^The webhook is retired: it waits until it is switched on again\.$/, "o webhook está desativado: aguarda até que seja ativado de novo"],
  [/^The webhook is disabled: it waits until it is switched on again\.$/, "o webhook está desabilitado: aguarda até que seja ativado de novo"],
  [/^The receiver fails: the backlog is sent again when it answers\.$/, "o receptor está falhando: o que aguarda é enviado quando ele responder"],
  [/^The receiver does not take it, though it takes others: it is tried alone, every five minutes\.$/, "o receptor não o aceita, embora aceite outros: é tentado sozinho, a cada cinco minutos"],
  [/^It is sent after any earlier events that wait, as often as maxPostsPerMinute allows\.$/, "é enviado depois dos eventos anteriores que aguardam, com tantos POSTs por minuto quanto o webhook permite"],
  [/^It is sent next, after any earlier events that wait\.$/, "é enviado a seguir, depois dos eventos anteriores que aguardam"],
  [new RegExp(`^The webhook was created at ${MOMENT}, after the event had come\\.$`), "o webhook foi criado em $1, depois que o evento chegou"],
  [/^The webhook is not registered for (\S+)\.$/, "o webhook não está registrado para $1"],
  [new RegExp(`^It was changed since then, at ${MOMENT}: its activity says how\\.$`), "foi alterado desde então, em $1: a atividade diz como"],
  [new RegExp(`^The webhook has been retired since ${MOMENT}: events that come are skipped, and none is sent\\.$`), "o webhook está desativado desde $1: os eventos que chegam são ignorados, e nenhum é enviado"],
  [new RegExp(`^The webhook has been disabled since ${MOMENT}: events that come are skipped, and none is sent\\.$`), "o webhook está desabilitado desde $1: os eventos que chegam são ignorados, e nenhum é enviado"],
  [/^The webhook has been retired: .+$/, "o webhook está desativado: os eventos que chegam são ignorados, e nenhum é enviado"],
  [/^The webhook has been disabled: .+$/, "o webhook está desabilitado: os eventos que chegam são ignorados, e nenhum é enviado"],
  [/^The webhook's filter takes it out\.$/, "o filtro do webhook o deixa de fora"],
  [/^Nothing is known of it yet\.$/, "nada se sabe dele ainda"],
  [/^If it was published, and leaves in batches, it waits for the next drain\.$/, "se foi publicado e sai em lotes, aguarda o próximo lote"],
  [/^(\S+) leaves in batches: if it was published, it waits for the next drain\.$/, "$1 sai em lotes: se foi publicado, aguarda o próximo lote"],
  [/^It is older than the log, which keeps deliveries for (\d+) days\.$/, "é mais antigo que o registro, que guarda as entregas por $1 dias"],
  [/^It may be on its way right now: look again in a moment\.$/, "pode estar a caminho agora mesmo: veja de novo em um instante"],
  [/^There is no delivery of it, though the webhook is registered for it now\.$/, "não há entrega dele, embora o webhook esteja registrado para ele agora"],
  [/^Nothing is known of such an event: .+$/, "nada se sabe de um evento assim: não foi publicado para esta conta com este id e horário, foi recusado (e está na fila de mensagens mortas), ou ninguém o queria"],
  [/^If it leaves in batches, and was published since the last drain, it waits for the next one\.$/, "se sai em lotes e foi publicado desde o último lote, aguarda o próximo"],
];
