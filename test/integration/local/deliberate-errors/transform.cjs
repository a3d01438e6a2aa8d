const swc = require('@swc/jest');

/** Jest's usual transform, with the error of DELIBERATE_ERROR (JSON) put into the one file that it names. */
module.exports = {
  createTransformer(options) {
    const inner = swc.createTransformer(options);
    const error = JSON.parse(process.env.DELIBERATE_ERROR);
    return {
      ...inner,
      process(source, file, more) {
        const mutated = file.endsWith(error.file) ? source.replace(error.from, () => error.to) : source;
        return inner.process(mutated, file, more);
      },
      getCacheKey: () => `${process.pid}-${Math.random()}`,
      canInstrument: false,
    };
  },
};
