import type { RestContext, Route } from './context.ts';

/** `GET /netbackup/ping`: the server's time in ms, without authentication. */
export function pingRoute({ clock }: RestContext): Route {
  return {
    method: 'GET',
    path: '/ping',
    isOpen: true,
    handle: () => ({
      status: 200,
      text: String(clock.now()),
      headers: { 'content-type': 'text/vnd.netbackup+plain;charset=UTF-8' },
    }),
  };
}
