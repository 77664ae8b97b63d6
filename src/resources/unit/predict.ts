/** What systemd will say of a unit file that is not written yet. */
import type { UnitState } from './state.js';

/** Lines of the [Install] section that hold a value, by key; continuation lines are joined (systemd.syntax(7)). */
function installKeys(text: string): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  let section = '';
  for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    const header = /^\[(.*)\]$/.exec(trimmed);
    if (header) {
      section = header[1] ?? '';
      continue;
    }
    const [, key, value] = /^([A-Za-z0-9-]+)\s*=\s*(.*)$/.exec(trimmed) ?? [];
    if (section !== 'Install' || key === undefined || value === undefined) continue;
    // An empty assignment takes the earlier ones back.
    if (value === '') keys.delete(key);
    else keys.set(key, value);
  }
  return keys;
}

/** The names in `Also=`: enabling or disabling the unit does the same to them. */
export function alsoUnits(text: string): readonly string[] {
  return (installKeys(text).get('Also') ?? '').split(/\s+/).filter((name) => name !== '');
}

/**
 * The state of a unit right after its file was written and before anything enabled or started it. An empty
 * file is a mask (systemd.unit(5)); undefined means that there is no file.
 */
export function predictUnit(unitFileText: string | undefined): UnitState {
  if (unitFileText === undefined) return { exists: false, enabled: '', masked: false, active: false };
  if (unitFileText === '') return { exists: true, enabled: 'masked', masked: true, active: false };
  const keys = installKeys(unitFileText);
  const installable = ['WantedBy', 'RequiredBy', 'UpheldBy', 'Alias'].some((key) => keys.has(key));
  const enabled = installable ? 'disabled' : keys.has('Also') ? 'indirect' : 'static';
  return { exists: true, enabled, masked: false, active: false };
}
