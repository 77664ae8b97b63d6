/** docs/troubleshooting.md has one line for each code of a message, and no other. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Texts of the same form that are not codes. */
const others: ReadonlySet<string> = new Set(
  `ANSIBLE_CONFIG ANSIBLE_ROLES_PATH FORCE_COLOR NO_COLOR NO_PROXY RTPROV_TIME_LIMIT SSH_AUTH_SOCK XDG_STATE_HOME
  HOME_MODE ID_LIKE PRETTY_NAME VERSION_CODENAME VERSION_ID NOT_LOGGING_PASSWORD EAI_AGAIN
  BOOT_IMAGE GRUB_CMDLINE_LINUX GRUB_CMDLINE_LINUX_DEFAULT GRUB_DEFAULT
  NO_TEXT BAD_INDENT DUPLICATE_KEY MISSING_CHAR MULTILINE_IMPLICIT_KEY QUOTE_DOUBLE QUOTE_SINGLE`.split(
    /\s+/,
  ),
);

/** Codes of one word. */
const short = ['INTERRUPTED', 'UNREACHABLE'];

function codesInSource(): ReadonlySet<string> {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, 'src', name), 'utf8'));
  const found = texts.flatMap((text) =>
    // The ends of texts for `cat` and `base64` begin with RTP_.
    [...text.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g)].flatMap(([, code = '']) =>
      others.has(code) || code.startsWith('RTP_') ? [] : [code],
    ),
  );
  return new Set([...found, ...short.filter((code) => texts.some((text) => text.includes(`'${code}'`)))]);
}

describe('docs/troubleshooting.md', () => {
  const page = readFileSync(join(root, 'docs', 'troubleshooting.md'), 'utf8');
  const onPage = [...page.matchAll(/^- `([A-Z0-9_]+)`/gm)].map(([, code = '']) => code);
  const inSource = codesInSource();

  it('has a line for every code in src (what is none is listed in this test)', () => {
    assert.ok(inSource.size > 150);
    assert.deepEqual(
      [...inSource].filter((code) => !onPage.includes(code)),
      [],
    );
  });

  it('has no line for a code that is not in src', () =>
    assert.deepEqual(
      onPage.filter((code) => !inSource.has(code)),
      [],
    ));

  it('has one line for each', () => assert.equal(new Set(onPage).size, onPage.length));

  it('says what each means and ends as a sentence', () => {
    const lines = page.match(/^- `[A-Z0-9_]+`(?:[^\n]|\n {2})*/gm) ?? [];
    assert.equal(lines.length, onPage.length);
    assert.deepEqual(
      lines.filter((line) => !/^- `[A-Z0-9_]+`(?: \(warning\))?: [\s\S]{20,}[.?]$/.test(line)),
      [],
    );
  });
});
