/**
 * The states that a new package's units will have: its maintainer scripts are made of dh_installsystemd's pieces
 * (debhelper's autoscripts postinst-systemd-*), which can be read; anything else makes a prediction uncertain.
 */
import { predictUnit } from '../unit/predict.js';
import type { UnitState } from '../unit/state.js';

export interface PackageUnits {
  /** Unit file texts by unit name; symbolic links and masks are left out. */
  readonly files: ReadonlyMap<string, string>;
  readonly postinst: string;
}

export interface PredictedUnit {
  readonly name: string;
  readonly state: UnitState;
  readonly certain: boolean;
}

const unitWord = /[A-Za-z0-9:_.\\@-]+\.(?:service|socket|timer|path|target|mount)\b/g;

function namesIn(postinst: string, line: RegExp): ReadonlySet<string> {
  const names = postinst
    .split('\n')
    .filter((text) => line.test(text))
    .flatMap((text) => text.match(unitWord) ?? []);
  return new Set(names);
}

/** Commands of the maintainer script that touch units in other ways than debhelper's pieces. */
function isCustom(postinst: string): boolean {
  return postinst.split('\n').some((line) => {
    const code = line.replace(/#.*/, '');
    return (
      /\b(systemctl|invoke-rc\.d|service)\b/.test(code) &&
      !/daemon-reload|\/run\/systemd\/system|deb-systemd-(helper|invoke)/.test(code) &&
      !/systemd-tmpfiles|systemd-sysusers/.test(code)
    );
  });
}

/** `starts` is false where the host starts nothing (no systemd, or a policy-rc.d). */
export function predictUnits(shipped: PackageUnits, starts: boolean): readonly PredictedUnit[] {
  const { postinst } = shipped;
  const enabled = namesIn(postinst, /deb-systemd-helper\s+(--\S+\s+)*enable\b/);
  const started = namesIn(
    postinst,
    /deb-systemd-invoke\s+(--\S+\s+)*("?\$\{?_dh_action\}?"?|start|restart)\b/,
  );
  const custom = isCustom(postinst);
  return [...shipped.files].map(([name, text]) => {
    const file = predictUnit(text);
    const isEnabled = enabled.has(name) && file.enabled === 'disabled';
    const isStarted = starts && started.has(name) && !file.masked;
    // A oneshot without RemainAfterExit is inactive again once it has run (systemd.service(5)).
    const isOneshot =
      /^\s*Type\s*=\s*oneshot\s*$/m.test(text) &&
      !/^\s*RemainAfterExit\s*=\s*(yes|true|1|on)\s*$/im.test(text);
    const isConditional = /^\s*(Condition|Assert)\w+\s*=/m.test(text);
    return {
      name,
      state: { ...file, enabled: isEnabled ? 'enabled' : file.enabled, active: isStarted && !isOneshot },
      certain: !custom && !(isStarted && isConditional) && !name.includes('@.'),
    };
  });
}
