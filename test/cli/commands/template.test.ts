import assert from 'node:assert/strict';
import { templateCommand, type TemplateCommandOptions } from '../../../src/cli/commands/template.js';
import { DiagnosticError, RtprovError } from '../../../src/diagnostics/diagnostic.js';
import { examples, noContact, written } from '../partition/written.js';

const kvm1 = { ...noContact, inventory: ['inventory'], host: 'kvm1', topology: examples.kvm1 };

async function refusal(options: TemplateCommandOptions): Promise<RtprovError> {
  try {
    await templateCommand(options);
  } catch (error) {
    assert.ok(error instanceof RtprovError, String(error));
    return error;
  }
  assert.fail('it was not refused');
}

async function firstDiagnostic(options: TemplateCommandOptions) {
  const error = await refusal(options);
  assert.ok(error instanceof DiagnosticError, error.message);
  const [first] = error.diagnostics;
  assert.ok(first !== undefined);
  return first;
}

describe('rtprov template', function () {
  // Each call unpacks a recorded machine.
  this.timeout(240_000);

  it('prints the bytes and nothing else, with and without the ending .j2', async () => {
    const one = await written(() => templateCommand({ ...kvm1, name: 'systemd/system.conf' }));
    assert.equal(one.code, 0);
    assert.equal(one.stderr, '');
    assert.match(one.stdout, /^\[Manager\]\nCPUAffinity=0,8,16,24\n$/m);
    const other = await written(() => templateCommand({ ...kvm1, name: 'systemd/system.conf.j2' }));
    assert.deepEqual(other, one);
  });

  it('lets extra variables win over the roles', async () => {
    const extraVars = ['rt_grub_timeout=7'];
    const { stdout } = await written(() =>
      templateCommand({ ...kvm1, name: 'grub/zy-rtprov-menu.cfg', extraVars }),
    );
    assert.match(stdout, /^GRUB_TIMEOUT=7$/m);
  });

  it('lists the names where none or an unknown one is given', async () => {
    const none = await refusal(kvm1);
    assert.match(none.hint ?? '', /grub\/zy-rtprov-menu\.cfg\.j2, .*tuned\/rtprov-realtime\.conf\.j2/);
    const unknown = await refusal({ ...kvm1, name: 'systemd/sytem.conf.j2' });
    assert.match(unknown.message, /no template "systemd\/sytem\.conf\.j2"/);
    assert.match(unknown.hint ?? '', /^Did you mean "systemd\/system\.conf\.j2"\? The templates are: /);
    const outside = await refusal({ ...kvm1, name: '../package.json' });
    assert.equal(outside.code, 'BAD_OPTION');
  });

  it('wants one host', async () => {
    const { host: _, ...nobody } = kvm1;
    assert.match((await refusal({ ...nobody, name: 'systemd/system.conf' })).message, /no host is named/);
    const many = await refusal({ ...kvm1, name: 'systemd/system.conf', host: 'rt_hosts' });
    assert.match(many.message, /rt_hosts selects 3/);
    const unknown = await firstDiagnostic({ ...kvm1, name: 'systemd/system.conf', host: 'kvm9' });
    assert.match(unknown.detail, /kvm9/);
  });

  it('says how to give the item of a loop', async () => {
    const { code, range, hint } = await firstDiagnostic({ ...kvm1, name: 'systemd/slice.conf' });
    assert.deepEqual([code, range?.line, range?.column], ['TEMPLATE_UNDEFINED', 3, 16]);
    assert.match(hint ?? '', /-e '\{"item": /);
  });

  it('says that there are no facts without contact', async () => {
    const extraVars = ['{"rt_tuned_extra": "{{ ansible_kernel }}"}'];
    const given = { ...kvm1, name: 'tuned/rtprov-realtime.conf', extraVars };
    const { hint } = await firstDiagnostic(given);
    assert.match(hint ?? '', /with --topology no host is asked\. Give it with -e/);
    const { stdout } = await written(() =>
      templateCommand({ ...given, extraVars: [...extraVars, 'ansible_kernel=6.1'] }),
    );
    assert.match(stdout, /\n6\.1\n$/);
  });

  it('renders nothing from a plan that is refused', async () => {
    const extraVars = ['{"rt_isolated_cpus": "1"}'];
    const error = await refusal({ ...kvm1, name: 'systemd/system.conf', extraVars });
    assert.ok(error instanceof DiagnosticError);
    assert.ok(error.diagnostics.some(({ severity }) => severity === 'error'));
  });
});
