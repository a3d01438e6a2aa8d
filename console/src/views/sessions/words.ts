import { words } from '../../i18n/words.ts';

export const sessionWords = words(
  {
    title: 'Sessions',
    what: 'Who is signed in to the console. A session ends by itself after eight hours, and with its API key.',
    none: 'There is no session.',
    who: 'Who',
    began: 'Signed in',
    ends: 'Ends',
    from: 'From',
    browser: 'Browser',
    current: 'this session',
    end: 'End',
    endQuestion: (who: string) => `End the session of ${who}?`,
    endEffect: 'Its next request is refused. The API key stays valid: revoke it to keep somebody out.',
    ended: 'The session was ended.',
  },
  {
    title: 'セッション',
    what: 'コンソールにサインインしている利用者です。セッションは 8 時間後、または API キーの失効と同時に終了します。',
    none: 'セッションはありません。',
    who: '利用者',
    began: 'サインイン',
    ends: '終了予定',
    from: '接続元',
    browser: 'ブラウザー',
    current: '現在のセッション',
    end: '終了',
    endQuestion: (who: string) => `${who} のセッションを終了しますか`,
    endEffect:
      '次の要求から拒否されます。API キーは有効なままです。利用を止めるには、キーを失効させてください。',
    ended: 'セッションを終了しました。',
  },
);
