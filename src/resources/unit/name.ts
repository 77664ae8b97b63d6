import { RtprovError } from '../../diagnostics/diagnostic.js';

/** systemd.unit(5): the characters of a name and the unit types. */
const unitName =
  /^[A-Za-z0-9:_.\\@-]+\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;

/** Throws RtprovError BAD_NAME for what systemctl would not take as one full unit name. */
export function checkUnitName(name: string): string {
  if (unitName.test(name) && name.length < 256 && !name.startsWith('-')) return name;
  throw new RtprovError('BAD_NAME', `"${name}" is not a full systemd unit name`, {
    hint: 'Write the type too, as in ssh.service.',
  });
}
