// `node test/pooling/liars-main.ts [runs]`: the tables of docs/decisions/0015-pooling.md. Some seconds for 1,000 runs.
import { LIES, outcomeOf, shownOf } from './liars.ts';

const runs = Number(process.argv[2] ?? 1000);
const percent = (share: number) => (100 * share).toFixed(1);

process.stdout.write(
  'sites tau  lie            liars | guarded: bias rmse coverage width aside tau2 | not: bias rmse coverage\n',
);
for (const tau of [0, 0.2, 0.4]) {
  for (const sites of [10, 20, 100]) {
    for (const lie of Object.keys(LIES) as (keyof typeof LIES)[]) {
      for (const liars of lie === 'shifted' ? [0, 0.1, 0.3] : [0.1, 0.3]) {
        const options = { runs: sites === 100 ? Math.ceil(runs / 4) : runs, seed: 7 };
        const on = outcomeOf({ sites, tau, lie, liars }, { ...options, isGuarded: true });
        const off = outcomeOf({ sites, tau, lie, liars }, { ...options, isGuarded: false });
        process.stdout.write(
          `${String(sites).padStart(5)} ${tau.toFixed(1)}  ${(liars === 0 ? 'none' : lie).padEnd(14)} ${liars.toFixed(1)}   | ` +
            `${on.bias.toFixed(3)} ${on.rmse.toFixed(3)} ${percent(on.coverage)} ${on.width.toFixed(2)} ${on.aside.toFixed(2)} ${on.tau2.toFixed(3)} | ` +
            `${off.bias.toFixed(3)} ${off.rmse.toFixed(3)} ${percent(off.coverage)}\n`,
        );
      }
    }
  }
}

process.stdout.write(
  '\nshown together although there is no effect, %: honest sites and unknown keys that all claim one effect\n',
);
for (const honest of [0, 1, 3, 12]) {
  for (const [sybils, effect, standardError] of [
    [0, 0, 1],
    [100, 2, 0.01],
    [100, 0.5, 0.01],
    [100, 0.3, 1e-6],
  ] as const) {
    for (const hasOwnClasses of sybils === 0 ? [false] : [false, true]) {
      if (honest + sybils === 0) continue;
      const { together, alone } = shownOf({ honest, sybils, effect, standardError, hasOwnClasses }, { runs, seed: 11 });
      process.stdout.write(
        `${honest} honest, ${sybils} unknown claiming ${effect} +- ${standardError}${hasOwnClasses ? ', classes of their own' : ''}: together ${percent(together)}, alone ${percent(alone)}\n`,
      );
    }
  }
}
