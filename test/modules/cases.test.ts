import { allCases, runCase } from './cases.js';

for (const { module, file, cases } of allCases()) {
  describe(`modules/${module}: ${file}`, () => {
    for (const given of cases) {
      it(given.name, () => {
        runCase(module, given);
      });
    }
  });
}
