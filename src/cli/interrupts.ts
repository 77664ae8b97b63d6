/** Ctrl-C: the first ends the run between windows, the second at once (the journal on the targets keeps what undo needs). */
export interface Interrupts {
  readonly signal: AbortSignal;
  dispose(): void;
}

export function interrupts(note: (text: string) => void): Interrupts {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
    note(
      'Interrupted: each host ends behind the step that it is writing. Press Ctrl-C again to leave at once.',
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
