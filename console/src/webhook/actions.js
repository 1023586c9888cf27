/* Switching a webhook off and on, and deleting it: each says first what becomes of its backlog. */
import { acting } from "../parts/acting.js";
import { announce } from "../parts/announce.js";
import { ask } from "../parts/dialog.js";
import { endpoints, paths } from "../paths.js";

/** The id of the button that switches off and on. */
export const ACTIVATION = "activation-action";

/**
 * The actions on the webhook that `loaded()` gives as `{webhook, etag}`; `changed()` reads it again. `state.busy` and
 * `state.error` tell how the last one went.
 */
export function webhookActions(context, { loaded, changed }) {
  const { t, api, account, navigate } = context;
  const { state, act } = acting(context);
  const path = () => endpoints.webhook(account, loaded().webhook.webhookId);
  const sure = (action, question) => {
    const { name, backlog } = loaded().webhook;
    const ofBacklog = backlog ? t(`actions.${action}_backlog`, { count: backlog }) : t("actions.no_backlog");
    return ask({
      title: t(`actions.${action}_title`, { name }),
      body: `${t(`actions.${action}_body`)} ${ofBacklog}`,
      confirm: t(`actions.${action}`),
      ...question,
    });
  };
  const setActive = async (action, active) => {
    if (!(await sure(action))) return;
    const done = await act(() => api.patch(path(), { body: { active } }));
    if (done) announce(t(`actions.${action}_done`));
    await changed();
    // The button of a banner is gone with the banner.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) document.getElementById(ACTIVATION)?.focus();
    });
  };
  const remove = async () => {
    const { webhook, etag } = loaded();
    if (!(await sure("delete", { danger: true, typed: webhook.name }))) return;
    // Of the version that was shown: what somebody changes meanwhile may be a reason to keep it.
    const done = await act(() => api.delete(path(), { headers: { "If-Match": etag } }));
    if (!done) return changed();
    announce(t("actions.delete_done"));
    return navigate(paths.webhooks(account), { replace: true });
  };
  return { state, retire: () => setActive("retire", false), reactivate: () => setActive("reactivate", true), remove };
}
