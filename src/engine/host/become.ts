/** How a host is reached and who a task runs as: the keywords, then the connection variables over them, as in Ansible. */
import { Diagnostics, RtprovError } from '../../diagnostics/diagnostic.js';
import { connectionSettings, type ConnectionSettings } from '../../inventory/connection.js';
import type { HostVars } from '../../inventory/host-vars.js';
import type { Keywords } from '../../playbook/read/model.js';
import type { Templates } from '../../template/engine.js';
import { plainText } from '../../values/value.js';
import { BECOME_METHODS } from '../../values/connections.js';
import type { BecomeOptions } from '../../transport/types.js';
import type { RunContext } from '../run/context.js';
import { flag } from '../../planner/conditions.js';

/** The connection variables of a host, templated. Throws DiagnosticError for wrong values. */
export function settingsOf(name: string, vars: HostVars, templates: Templates): ConnectionSettings {
  const diagnostics = new Diagnostics();
  const source = {
    lookup(variable: string) {
      const found = vars.lookup(variable);
      if (found === undefined) return undefined;
      return {
        value: templates.variable(variable, found, vars),
        origin: found.origin,
      };
    },
  };
  const settings = connectionSettings(name, source, diagnostics);
  diagnostics.throwIfErrors();
  return settings;
}

/**
 * `vars`: what keywords are evaluated with; `there`: the variables of the host that one becomes another user on, when a task is
 * delegated to it. Undefined: the login user's own shell. Throws RtprovError for methods other than sudo.
 */
export function becomeOf(
  name: string,
  keywords: Keywords,
  vars: HostVars,
  context: Pick<RunContext, 'templates' | 'become' | 'secrets'>,
  there = vars,
): BecomeOptions | undefined {
  const settings = settingsOf(name, there, context.templates);
  const wanted = settings.become ?? flag(keywords.become, vars, context.templates) ?? context.become.always;
  if (!wanted) return undefined;
  const said = keywords.becomeUser;
  const user =
    settings.becomeUser ??
    (said === undefined ? undefined : plainText(context.templates.evaluate(said.value, vars, said.range))) ??
    context.become.user ??
    'root';
  const method =
    settings.becomeMethod ??
    (keywords.becomeMethod === undefined
      ? 'sudo'
      : plainText(
          context.templates.evaluate(keywords.becomeMethod.value, vars, keywords.becomeMethod.range),
        ));
  if (!BECOME_METHODS.has(method)) {
    throw new RtprovError('BECOME_METHOD', `become_method ${method} is not supported`, {
      hint: 'Use sudo, which is the default.',
    });
  }
  const password = settings.becomePassword ?? context.become.password;
  if (password !== undefined) context.secrets.add(password);
  return { user, method: 'sudo', ...(password === undefined ? {} : { password }) };
}
