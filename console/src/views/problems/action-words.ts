import { words } from '../../i18n/words.ts';

export const actionWords = words(
  {
    acknowledge: 'Acknowledge',
    mute: 'Mute',
    reopen: 'Reopen',
    reopened: 'The problem is open again.',
    effects: {
      acknowledge: 'Somebody works on it. No reminders until this time.',
      mute: 'No events and reminders of this problem until this time.',
    },
    dones: { acknowledge: 'Acknowledged.', mute: 'Muted.' },
    until: 'Until',
    reason: 'Reason (people see it)',
    spans: { hours4: '4 hours', day1: '1 day', days3: '3 days', week1: '1 week' },
    acknowledgedBy: (by: string, time: string) => `Acknowledged by ${by} until ${time}`,
    mutedBy: (by: string, time: string) => `Muted by ${by} until ${time}`,
    mutedByRule: 'A mute rule applies to it.',
  },
  {
    acknowledge: '確認済みにする',
    mute: '通知を停止',
    reopen: '未対応に戻す',
    reopened: '問題を未対応に戻しました。',
    effects: {
      acknowledge: '担当者が対応します。指定した日時まで再通知しません。',
      mute: '指定した日時まで、この問題を通知しません。',
    },
    dones: { acknowledge: '確認済みにしました。', mute: '通知を停止しました。' },
    until: '期限',
    reason: '理由（他の担当者にも表示されます）',
    spans: { hours4: '4 時間', day1: '1 日', days3: '3 日', week1: '1 週間' },
    acknowledgedBy: (by: string, time: string) => `${by} が確認済み（${time} まで）`,
    mutedBy: (by: string, time: string) => `${by} が通知を停止（${time} まで）`,
    mutedByRule: '通知停止ルールが適用されています。',
  },
);
