import { strict as assert } from 'node:assert';
import { predictUnits } from '../../../src/resources/transaction/units.js';

/** What debhelper 13 writes into a postinst (autoscripts/postinst-systemd-enable, -start). */
const debhelper = (unit: string, start = true): string => `#!/bin/sh
set -e
# Automatically added by dh_installsystemd/13.11.4
if [ "$1" = "configure" ] || [ "$1" = "abort-upgrade" ]; then
	# The following line should be removed in trixie or trixie+1
	deb-systemd-helper unmask '${unit}' >/dev/null || true
	if deb-systemd-helper --quiet was-enabled '${unit}'; then
		deb-systemd-helper enable '${unit}' >/dev/null || true
	else
		deb-systemd-helper update-state '${unit}' >/dev/null || true
	fi
fi
${
  start
    ? `if [ "$1" = "configure" ]; then
	if [ -d /run/systemd/system ]; then
		systemctl --system daemon-reload >/dev/null || true
		if [ -n "$2" ]; then
			_dh_action=restart
		else
			_dh_action=start
		fi
		deb-systemd-invoke $_dh_action '${unit}' >/dev/null || true
	fi
fi`
    : ''
}
`;
const service = '[Service]\nExecStart=/bin/x\n[Install]\nWantedBy=multi-user.target\n';
const predict = (text: string, postinst: string, starts = true, name = 'a.service') =>
  predictUnits({ files: new Map([[name, text]]), postinst }, starts)[0];

describe("a new package's units", () => {
  it('are enabled and started by debhelper', () => {
    assert.deepEqual(predict(service, debhelper('a.service')), {
      name: 'a.service',
      state: { exists: true, enabled: 'enabled', masked: false, active: true },
      certain: true,
    });
  });

  it('are not started where nothing starts', () => {
    assert.equal(predict(service, debhelper('a.service'), false)?.state.active, false);
  });

  it('are left alone when the scripts do not name them', () => {
    const state = predict(service, debhelper('b.service'))?.state;
    assert.deepEqual([state?.enabled, state?.active], ['disabled', false]);
    assert.equal(predict(service, debhelper('a.service', false))?.state.active, false);
  });

  it('that run once are inactive afterwards', () => {
    assert.equal(predict(`${service}[Service]\nType=oneshot\n`, debhelper('a.service'))?.state.active, false);
    assert.equal(
      predict(`${service}[Service]\nType=oneshot\nRemainAfterExit=yes\n`, debhelper('a.service'))?.state
        .active,
      true,
    );
  });

  it('are uncertain when a condition or a command of the script decides', () => {
    assert.equal(
      predict(`[Unit]\nConditionVirtualization=no\n${service}`, debhelper('a.service'))?.certain,
      false,
    );
    assert.equal(predict(service, `${debhelper('a.service')}\nsystemctl stop a.service\n`)?.certain, false);
    assert.equal(predict(service, debhelper('a@.service'), true, 'a@.service')?.certain, false);
  });
});
