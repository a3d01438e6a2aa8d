import { isPeerTask } from '../../../relay/management/forward.ts';

const own = { address: '10.0.0.4', port: 8081 };

it.each(['10.0.0.5', '10.255.1.2', '172.16.0.1', '172.31.255.254', '192.168.1.1', '100.64.3.4'])(
  'a request may be passed on to %s',
  (address) => {
    expect(isPeerTask(own, { address, port: 8081 })).toBe(true);
  },
);

it.each([
  // Credentials and metadata of the task.
  '169.254.170.2',
  '169.254.169.254',
  '127.0.0.1',
  '0.0.0.0',
  '172.32.0.1',
  '192.169.0.1',
  '100.128.0.1',
  '8.8.8.8',
  '224.0.0.1',
  '255.255.255.255',
])('but not to %s', (address) => {
  expect(isPeerTask(own, { address, port: 8081 })).toBe(false);
});

it('nor to another port than the management port', () => {
  expect(isPeerTask(own, { address: '10.0.0.5', port: 22 })).toBe(false);
});

it('tasks on one machine have loopback addresses and different ports, and reach only each other', () => {
  const local = { address: '127.0.0.2', port: 8081 };
  expect(isPeerTask(local, { address: '127.0.0.2', port: 8082 })).toBe(true);
  expect(isPeerTask(local, { address: '10.0.0.5', port: 8081 })).toBe(false);
});
