/* Pruebas: el ejemplo y lo que se hace con él, el tiempo disponible, resultados desactualizados. */

export default {
  "target.url_hint": { one: "Una dirección HTTPS pública, como https://example.com/webhooks. Debe responder con un estado 2xx en {count} segundo como máximo; puedes cambiar ese plazo abajo.", many: "Una dirección HTTPS pública, como https://example.com/webhooks. Debe responder con un estado 2xx en {count} de segundos como máximo; puedes cambiar ese plazo abajo.", other: "Una dirección HTTPS pública, como https://example.com/webhooks. Debe responder con un estado 2xx en {count} segundos como máximo; puedes cambiar ese plazo abajo." },
  "test.waiting": { one: "Esperando al receptor, hasta {count} segundo.", many: "Esperando al receptor, hasta {count} de segundos.", other: "Esperando al receptor, hasta {count} segundos." },
  "test.old": "Enviada antes de los últimos cambios",
  "test.old_more": "Lo que está configurado ahora no se ha probado. Envía otra prueba.",
  "test.own": "con tus datos",
  "test.headers": "Encabezados",
  "test.body": "Cuerpo",
  "sample.edit": "Editar el ejemplo",
  "sample.edited": "editado",
  "sample.label": "Datos del evento",
  "sample.hint": "Un objeto JSON en lugar de los datos del ejemplo. El resto del evento queda como está.",
  "sample.reset": "Restablecer el ejemplo",
  "sample.was_reset": "Se restableció el ejemplo.",
  "sample.syntax": "Esto no es un JSON válido: revisa la línea {line}, carácter {column}.",
  "sample.no_object": "Debe ser un objeto JSON, entre llaves.",
};
