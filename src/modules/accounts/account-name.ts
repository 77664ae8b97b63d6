/** Names of users and groups. */
import { ArgFault, argument, readStr } from '../args/types.js';

/** What useradd(8) and groupadd(8) refuse, and what would break a line of passwd(5). */
export const accountName = () =>
  argument<string>({ type: 'str' }, (given) => {
    const text = readStr(given);
    if (text instanceof ArgFault) return text;
    const good = text !== '' && text.length <= 32 && !/[:,/\s\0\\]/.test(text) && !/^[-+~]/.test(text);
    return good ? text : new ArgFault('a name of at most 32 characters without blanks, `:`, `,` and `/`');
  });
