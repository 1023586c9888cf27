/* Testes: o exemplo e o que se faz com ele, o tempo disponível, resultados desatualizados. */

export default {
  "target.url_hint": { one: "Um endereço HTTPS público, como https://example.com/webhooks. Deve responder com um status 2xx em até {count} segundo; você pode mudar esse prazo abaixo.", many: "Um endereço HTTPS público, como https://example.com/webhooks. Deve responder com um status 2xx em até {count} de segundos; você pode mudar esse prazo abaixo.", other: "Um endereço HTTPS público, como https://example.com/webhooks. Deve responder com um status 2xx em até {count} segundos; você pode mudar esse prazo abaixo." },
  "test.waiting": { one: "Aguardando o receptor, por até {count} segundo.", many: "Aguardando o receptor, por até {count} de segundos.", other: "Aguardando o receptor, por até {count} segundos." },
  "test.old": "Enviado antes das últimas alterações",
  "test.old_more": "O que está configurado agora não foi testado. Envie outro teste.",
  "test.own": "com os seus dados",
  "test.headers": "Cabeçalhos",
  "test.body": "Corpo",
  "sample.edit": "Editar o exemplo",
  "sample.edited": "editado",
  "sample.label": "Dados do evento",
  "sample.hint": "Um objeto JSON no lugar dos dados do exemplo. O resto do evento fica como está.",
  "sample.reset": "Restaurar o exemplo",
  "sample.was_reset": "O exemplo foi restaurado.",
  "sample.syntax": "Isto não é um JSON válido: veja a linha {line}, caractere {column}.",
  "sample.no_object": "Deve ser um objeto JSON, entre chaves.",
};
