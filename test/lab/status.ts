import type { Lab } from './lab.js';

/** Prints a table of labs and their hosts. */
export function printStatus(
  labs: readonly Lab[],
  remains: (id: string) => readonly string[],
  say: (line: string) => void,
): void {
  if (labs.length === 0) say('no lab is up');
  for (const lab of labs) {
    const { state } = lab;
    const kind = [
      state.layer === undefined ? 'without python' : `with ${state.layer}`,
      state.proxy ? `proxies${lab.proxyRuns() ? '' : ' (not running)'}, rtt ${state.rttMs} ms` : 'no proxies',
    ].join(', ');
    say(`lab '${lab.name}' (${lab.id}) of ${state.clone}: ${kind}`);
    const rows = lab.hosts.map((host) => [
      host.name,
      host.isRunning() ? 'up' : 'off',
      `${host.address}:${host.port}`,
      host.bootId() ?? '-',
    ]);
    const table = [['HOST', 'STATE', 'SSH', 'BOOT ID'], ...rows];
    for (const row of table) {
      say(
        row
          .map((cell, i) => cell.padEnd(Math.max(...table.map((other) => other[i]?.length ?? 0)) + 2))
          .join('')
          .trimEnd(),
      );
    }
    if (lab.hosts.length === 0) say(`remains: ${remains(lab.id).join(', ')}`);
    else say(lab.inventoryPath);
  }
}
