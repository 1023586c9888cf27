/* Texts that are the same in several languages, and why. Whatever else is the same was not translated. */

export const SAME_TEXTS = [
  {
    why: "names, and words that every language here has for what programs exchange",
    languages: ["en", "es", "pt"],
    texts: [
      "CloudEvents 1.0", "HMAC-SHA256", "JSON, {count} byte", "JSON, {count} bytes",
      "OAuth 2.0", "Recado", "Standard Webhooks", "Token", "Webhook", "Webhooks",
    ],
  },
  { why: "what an answer's number is called in Brazil too; and a verb that is written alike", languages: ["en", "pt"], texts: ["Status", "Status {code}", "use {name}"] },
  { why: "the word is the same", languages: ["en", "es"], texts: ["No"] },
  {
    why: "the two languages are close",
    languages: ["es", "pt"],
    texts: [
      "{count} de {all}", "{count} entrega retirada", "{count} de entregas retiradas", "{count} entregas retiradas", "desde {since}", "Mostrar menos", "editado", "Reenviar {count}", "Reenviando: {settled} de {all}", "Retirando: {settled} de {all}", "Retirar {count}", "{count} de tipos de evento", "{count} retirada", "{count} retiradas", "{count} tipo de evento",
      "{count} tipos de evento", "Abrir", "Alertas", "Aplicar", "Básica", "Buscar", "Buscar eventos", "Buscar tipos de evento", "Bytes por POST",
      "Calculando…", "Cancelar", "Certificado (PEM)", "Certificado de cliente", "Certificados", "Certificados de autoridades (PEM)",
      "Clara", "Contando…", "Copiado", "Copiar", "Copiar como curl", "Copiar ID", "Desde", "Destino", "Editar", "Editar {name}",
      "Editar webhook", "Encontrado", "Entrega", "Entregas", "Enviado", "Enviando…", "Esquema JSON",
      "Evento", "Eventos", "Eventos por POST", "Filtrado", "Filtrar por", "Filtro", "Filtros", "Formato", "Idioma", "Iniciando…",
      "JSON, {count} de bytes", "Mediana", "Mostrar", "Motivo: {reason}.", "nada", "Nunca", "Obsoleto desde {since}", "oculto",
      "opcional", "Páginas de entregas", "Páginas de webhooks", "Pausado", "Pausar", "Percentil 95", "Período", "Período personalizado",
      "por {who}", "Principal", "Recado (automático)", "Reenviar", "Resultado", "Retirada", "Retirada: {count} entrega", "Retiradas",
      "Retiradas: {count} de entregas", "Retiradas: {count} entregas", "Retirado", "Retirar", "Segundos para responder",
      "Solicitada por", "Tipo de evento", "Tipos de evento", "Titular", "Todos", "Token de portador (Bearer)", "Última entrega",
      "Última hora", "Últimas 24 horas", "Últimos eventos", "URL de destino", "URL de tokens", "Válido desde",
    ],
  },
];

/** Whether a text may be the same in these two languages. */
export function mayBeTheSame(text, one, other) {
  return SAME_TEXTS.some(({ languages, texts }) => languages.includes(one) && languages.includes(other) && texts.includes(text));
}
