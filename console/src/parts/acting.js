/* Doing one thing at a time, and showing how the last one went. */

/** `{state: {busy, error}, act}`: `act(send)` resolves to what `send()` does, or to null where that failed or one runs. */
export function acting({ redraw, signal }) {
  const state = { busy: false, error: null };
  const act = async (send) => {
    if (state.busy) return null;
    Object.assign(state, { busy: true, error: null });
    redraw();
    try {
      return await send();
    } catch (error) {
      if (!signal.aborted) state.error = error;
      return null;
    } finally {
      state.busy = false;
      redraw();
    }
  };
  return { state, act };
}
