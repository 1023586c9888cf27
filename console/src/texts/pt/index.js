/*
 * Português do Brasil.
 *
 * Uma palavra para cada coisa: receptor (quem recebe os POSTs; nunca “listener”), entrega (um evento para um webhook), tentativa (um POST dela),
 * requisição e resposta (HTTP), conteúdo (payload), pendente (ainda não entregue), separada (tentada à parte), ignorada (chegou com o webhook
 * desligado), expirada, retirar, reenviar, pausar e pausado (por um administrador), suspenso (automaticamente), reativar, tarefa, lote, exemplo,
 * evento acionador, inscrito em um tipo de evento, assinatura (só a criptográfica), segredo de assinatura, trocar o segredo, encerrar os
 * anteriores, cabeçalho personalizado, informar (em um campo), entrar e sair, ID.
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
