/** Curl lines of the documentation and of `npm start`, as requests. */
/** @param words of the line, without `curl`. Only the options that the documentation uses are known. */
export const curl = async (given: readonly string[]) => {
  const words = [...given];
  const headers = new Headers();
  let method: string | undefined;
  let body: string | undefined;
  let url = '';
  while (words.length > 0) {
    const word = words.shift() ?? '';
    if (word === '-H') {
      const [name = '', value = ''] = (words.shift() ?? '').split(': ');
      headers.set(name, value);
    } else if (word === '-X') method = words.shift();
    else if (word === '-d') body = words.shift() ?? '';
    else if (!word.startsWith('-')) url = word;
    else if (!/^-[sg]+$/.test(word)) throw new Error(`The option ${word} of curl is not known.`);
  }
  const response = await fetch(url, {
    headers,
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, body: await response.json() };
};
