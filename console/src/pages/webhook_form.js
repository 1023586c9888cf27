/* Adding and editing a webhook, on one page. */
import { html, nothing } from "lit-html";
import { eventTypes } from "../events/catalogue.js";
import { namesFirst } from "../events/subscription.js";
import { authenticationSection } from "../form/authentication.js";
import { deliverySection } from "../form/delivery.js";
import { eventsSection } from "../form/events.js";
import { WebhookForm } from "../form/form.js";
import { activationSection, identitySection, targetSection } from "../form/general.js";
import { headersSection } from "../form/headers.js";
import { answerSeconds, previewedParts, sendsWhatWaits, testedAbout, testedParts, valuesOf } from "../form/model.js";
import { secretAdvice } from "../form/new_secret.js";
import { section } from "../form/section.js";
import { Preview } from "../form/shaping/preview.js";
import { shapingSection } from "../form/shaping/section.js";
import { summary } from "../form/summary.js";
import { pageHeader } from "../parts/page_header.js";
import { SignaturePanel } from "../signatures/signature.js";
import { resource } from "../parts/states.js";
import { TestPanel } from "../testing/test_send.js";
import { endpoints, paths } from "../addresses/paths.js";

/** The form for a new webhook. */
export function newWebhookPage(context) {
  const { draft, query } = context;
  const form = new WebhookForm(context, null, null, draft?.values);
  if (!draft) form.beginWith(query.getAll("event"));
  return formPage(context, { form: () => form, shown: (draw) => draw(), title: () => context.t("form.title_new") });
}

/** The form for a webhook that exists. */
export function editWebhookPage(context) {
  const { api, account, params, signal, t, draft } = context;
  const path = endpoints.webhook(account, params.webhookId);
  let form = null;
  const loaded = resource(context, async () => {
    const { data, etag } = await api.get(path, { signal });
    // What was entered before signing in again stands on top of what was saved then.
    form ??= draft ? new WebhookForm(context, draft.saved, draft.etag, draft.values) : new WebhookForm(context, data, etag);
    form.refresh(data, etag);
    return data;
  });
  return formPage(context, {
    form: () => form,
    shown: (draw) => loaded.view(draw),
    reload: () => loaded.reload(),
    title: () => (form ? t("form.title_edit", { name: form.saved.name }) : t("webhooks.edit")),
  });
}

function formPage(context, { form, shown, title, reload }) {
  const { t, account } = context;
  const catalogue = resource(context, () => eventTypes(context.api));
  const signature = new SignaturePanel(context, { webhook: () => form().saved, changed: reload });
  const sampleOf = (name) => catalogue.data?.find(({ eventName }) => eventName === name)?.sampleData;
  const test = new TestPanel(context, {
    send: (eventName, event) => sendTest(context, form(), { eventName, event }),
    names: () => sampleNames(form(), catalogue).flat(),
    sampleOf,
    seconds: () => answerSeconds(form().values),
    about: () => testedAbout(form().values),
    refused: (error) => form().takeProblems(error),
    advice: ({ statusCode }) => (form().signsFirst && [401, 403].includes(statusCode) ? secretAdvice(t) : null),
  });
  const preview = new Preview(context, {
    send: (eventName, event) => askPreview(context, form(), { eventName, event }),
    sampleOf,
    names: () => sampleNames(form(), catalogue).find((names) => names.length) ?? [],
    entered: () => previewedParts(form().values, null, ""),
    refused: (error) => form().takeProblems(error),
  });
  return {
    title,
    unsaved: () => form()?.unsaved ?? false,
    draft: () => form()?.draft ?? null,
    view: () => html`
      ${pageHeader({ title: title(), trail: trail(t, account, form()?.saved), trailLabel: t("nav.trail") })}
      ${shown(() => formView(context, { form: form(), catalogue, signature, test, preview }))}
    `,
  };
}

function formView(context, { form, catalogue, signature, test, preview }) {
  const { t, account } = context;
  const save = form.saved ? "form.save" : "form.create";
  const back = form.saved ? paths.webhook(account, form.saved.webhookId) : paths.webhooks(account);
  return html`
    ${summary(form)}
    <form class="form" novalidate @submit=${(event) => submit(event, context, form)}>
      ${identitySection(form)}
      ${targetSection(form)}
      ${authenticationSection(form, form.saved?.authentication.type === "SIGNATURE" ? signature.view() : nothing)}
      ${eventsSection(form, catalogue)}
      ${shapingSection(form, preview)}
      ${headersSection(form)}
      ${deliverySection(form)}
      ${activationSection(form)}
      ${section({ id: "test", title: t("test.title"), lead: t("test.lead") }, test.view())}
      <div class="form-bar">
        <button type="submit" aria-disabled=${form.busy ? "true" : "false"}>${t(form.busy ? "form.saving" : save)}</button>
        <a class="button secondary" href=${back}>${t("action.cancel")}</a>
        ${form.saved ? html`<p class="form-state">${t(form.unsaved ? "form.unsaved" : "form.nothing_changed")}</p>` : nothing}
      </div>
    </form>
  `;
}

async function submit(event, { navigate, account, signal }, form) {
  event.preventDefault();
  const { saved, values, signsFirst: newSecret } = form;
  const webhook = await form.save();
  // Who has gone on meanwhile is not to be called back.
  if (webhook === null || signal.aborted) return;
  const sent = sendsWhatWaits(values, form.saved, webhook);
  const told = [saved ? "changed" : "created", newSecret && "secret", sent].filter(Boolean).join("-");
  navigate(`${paths.webhook(account, webhook.webhookId)}?saved=${told}`, { replace: true });
}

async function sendTest(context, form, { eventName, event }) {
  const { saved, values } = form;
  if (form.lacksSecret()) return null;
  return asked(context, saved, "test", { eventName, ...(event && { event }), ...testedParts(values, saved && valuesOf(saved)) });
}

async function askPreview(context, form, { eventName, event }) {
  const { saved, values } = form;
  return asked(context, saved, "preview", { ...previewedParts(values, saved && valuesOf(saved), eventName), ...(event && { event }) });
}

/** What changes nothing, asked of a webhook that is saved, or of a draft. */
async function asked({ api, account, signal }, saved, what, body) {
  const path = saved ? endpoints.webhook(account, saved.webhookId) : endpoints.webhooks(account);
  return (await api.post(`${path}/${what}`, { body, signal })).data;
}

/** The names of which there are samples: those chosen, since they are what the receiver will get, and the others. */
function sampleNames({ values }, catalogue) {
  const { own, others } = namesFirst(values.eventNames, catalogue.data ?? []);
  return [own, others];
}

function trail(t, account, saved) {
  const list = [paths.webhooks(account), t("nav.webhooks")];
  return saved ? [list, [paths.webhook(account, saved.webhookId), saved.name]] : [list];
}
