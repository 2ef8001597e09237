// What a person must know before anything else: servers that are off, a store or a source that cannot work, a pause.
import type { LedgerOverview, SourceOverview } from '../../../lib/admin/sidebar/wire';
import { fill, make } from '../page/elements';
import { when } from '../page/format';
import { notice, type Notice } from '../page/notice';
import { sourceName, t } from '../page/texts';

export class Notices {
    // polite: an outage is no reason to cut somebody short
    readonly element = make('div', { class: 'pts-notices', role: 'status', hidden: true });
    private shown = '';

    /**
     * @param resume asks a source to go on
     * @param tryNow asks the servers that are off at once
     */
    show({ off, sources }: LedgerOverview, resume: (source: string) => void, tryNow: () => void): void {
        const notices = [
            ...off.map(({ server, since, error }): Notice => ({
                kind: 'error',
                sign: 'fa-plug',
                text: t('off.title', { server, time: when(since) }),
                more: t('off.more'),
                words: error,
                next: '',
                act: sources.length > 0 ? tryNow : undefined,
                button: { text: t('off.tryNow'), icon: 'fa-refresh', act: 'try-now' },
            })),
            ...sources.flatMap((source) => noticesOf(source, off.length > 0, resume)),
        ];
        // told once: what is the same as before is not read out again
        const shown = JSON.stringify(notices);
        if (shown !== this.shown) {
            this.shown = shown;
            fill(this.element, notices.map(notice));
        }
        const lines = this.element.querySelectorAll('.pts-next-try');
        off.forEach(({ next }, at) => {
            const text =
                next === null || Date.parse(next) <= Date.now() ? t('off.trying') : t('off.next', { time: when(next) });
            // where it is the same, nothing is read out
            if (lines[at] && lines[at].textContent !== text) lines[at].textContent = text;
        });
    }
}

function noticesOf(source: SourceOverview, isOff: boolean, resume: (source: string) => void): Notice[] {
    const name = sourceName(source);
    if (source.problem)
        return [{ kind: 'error', sign: 'fa-warning', text: t('source.problem', { name }), words: source.problem }];
    const notices: Notice[] = [];
    if (source.paused)
        notices.push({
            kind: 'warning',
            sign: 'fa-pause',
            text: t('source.paused', { name }),
            act: () => resume(source.id),
        });
    if (source.lastError && !isOff)
        notices.push({
            kind: 'error',
            sign: 'fa-warning',
            text: t('source.failed', { name }),
            words: source.lastError,
        });
    return notices;
}
