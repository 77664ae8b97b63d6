import assert from 'node:assert/strict';
import type { RunEvent } from '../../../src/engine/run/events.js';
import { Secrets } from '../../../src/engine/run/secrets.js';
import { askVars } from '../../../src/engine/run/vars-prompts.js';
import type { VarsPrompt } from '../../../src/playbook/read/model.js';

const prompt: VarsPrompt = {
  name: 'word',
  prompt: 'The word',
  private: true,
  confirm: true,
  range: { file: 'p.yaml', line: 1, column: 1 },
};

async function ask(
  prompts: readonly VarsPrompt[],
  answers: readonly string[],
): Promise<{
  readonly vars: unknown;
  readonly asked: readonly string[];
  readonly events: readonly RunEvent[];
}> {
  const asked: string[] = [];
  const seen: RunEvent[] = [];
  const vars = await askVars(prompts, {
    extraVars: { name: 'extra-vars', vars: {}, trusted: true, unsafe: new Set(), origin: () => undefined },
    secrets: new Secrets(),
    emit: (event) => seen.push(event),
    prompter: {
      ask: (question) => {
        const answer = answers[asked.length];
        asked.push(question);
        return answer === undefined
          ? Promise.reject(new Error('one question too many'))
          : Promise.resolve(answer);
      },
    },
  });
  return { vars, asked, events: seen };
}

describe('engine/run/vars-prompts', () => {
  it('asks once for what need not be confirmed', async () => {
    const { vars, asked } = await ask([{ ...prompt, confirm: false }], ['a']);
    assert.deepEqual([vars, asked], [{ word: 'a' }, ['The word']]);
  });

  it('asks again until it was given the same twice', async () => {
    const { vars, asked, events: named } = await ask([prompt], ['right', 'wrong', 'right', 'right']);
    assert.deepEqual(vars, { word: 'right' });
    assert.deepEqual(asked, ['The word', 'confirm The word', 'The word', 'confirm The word']);
    assert.deepEqual(
      named.map((event) => event.type === 'warning' && event.msg),
      ['the two values for word are not the same'],
    );
  });

  it('takes the default when nothing was typed twice', async () => {
    const { vars } = await ask([{ ...prompt, default: 'usual' }], ['', '']);
    assert.deepEqual(vars, { word: 'usual' });
  });

  it('takes the default with a warning when there is nobody to ask', async () => {
    const seen: RunEvent[] = [];
    const vars = await askVars([{ ...prompt, default: 'usual' }], {
      extraVars: { name: 'extra-vars', vars: {}, trusted: true, unsafe: new Set(), origin: () => undefined },
      secrets: new Secrets(),
      emit: (event) => seen.push(event),
    });
    assert.deepEqual(vars, { word: 'usual' });
    assert.deepEqual(
      seen.map((event) => event.type === 'warning' && event.msg),
      ['the variable word gets its default, because nobody can answer: standard input is not a terminal'],
    );
  });
});
