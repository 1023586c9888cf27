/*
 * Español neutro de América Latina, de tú.
 *
 * Una palabra para cada cosa: receptor (quien recibe los POST), entrega (un evento para un webhook), intento (un POST de ella), solicitud y
 * respuesta (HTTP), contenido (payload), pendiente (aún no entregada), apartada (se intenta por separado), omitida (llegó con el webhook
 * inactivo), vencida, retirar, reenviar, pausar y pausado (por un administrador), suspendido (automáticamente), reactivar, tarea, lote, ejemplo,
 * evento que lo activa, suscrito a un tipo de evento, firma, secreto de firma, renovar el secreto, anular los anteriores, encabezado
 * personalizado, ingresar (en un campo), iniciar y cerrar sesión, ID, falla.
 */
import activity from "./activity.js";
import alerts from "./alerts.js";
import authentication from "./authentication.js";
import choosing from "./choosing.js";
import deliveries from "./deliveries.js";
import events from "./events.js";
import guides from "./guides.js";
import form from "./form.js";
import portal from "./portal.js";
import requests from "./requests.js";
import shaping from "./shaping.js";
import shell from "./shell.js";
import secrets from "./secrets.js";
import standing from "./standing.js";
import subscribing from "./subscribing.js";
import testing from "./testing.js";
import webhooks from "./webhooks.js";

export default {
  ...shell, ...form, ...shaping, ...webhooks, ...events, ...deliveries, ...choosing, ...requests, ...activity, ...alerts, ...guides, ...authentication, ...secrets,
  ...standing, ...subscribing, ...testing, ...portal,
};

export { default as messages } from "./api/index.js";
