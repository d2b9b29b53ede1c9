// The version of this build, from the one place that holds it.
//
// An import and not a file that is read: a bundle carries it along, wherever it is put.
import manifest from '../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;
