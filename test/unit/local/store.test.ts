/** The store of the local cloud, in memory. */
import { Store } from '../../../local/dynamodb/store.ts';

const wait = () => new Promise((resolve) => setImmediate(resolve));

test('is closed after the writers that wait, and refuses later ones', async () => {
  const store = await Store.open([]);
  const ended: string[] = [];
  const writer = (name: string) =>
    store.exclusive(async () => {
      await wait();
      await store.batch([{ type: 'put', key: name, value: {} }]);
      ended.push(name);
    });
  const first = writer('first');
  const second = writer('second');
  const closed = store.close().then(() => ended.push('closed'));
  const late = expect(writer('late')).rejects.toThrow('The store is closed.');
  await Promise.all([first, second, closed, late]);
  expect(ended).toEqual(['first', 'second', 'closed']);
});
