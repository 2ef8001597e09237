import type { BackfillMode, BackfillReport } from '../../../lib/admin/sidebar/wire';
import { button, hasFocus, make } from '../page/elements';
import { duration, number } from '../page/format';
import { mayWrite, say, t } from '../page/texts';

/** How far it is; only the mode is known of what has just begun. */
type Running = { mode: BackfillMode } & Partial<Pick<BackfillReport, 'done' | 'total' | 'secondsLeft'>>;

/** A bar with what there is to know and to do while history is gone through. */
export class Progress {
    readonly element: HTMLElement;
    /** the quarter that was told last */
    private told = -1;
    private readonly text = make('div', { class: 'pts-progress-text', id: 'pts-progress-text' });
    private readonly bar = make('div', { class: 'pts-bar-done' });
    private readonly track = make(
        'div',
        { role: 'progressbar', class: 'pts-bar', 'aria-labelledby': 'pts-progress-text' },
        [this.bar],
    );
    private readonly pause: HTMLButtonElement;
    private readonly resume: HTMLButtonElement;
    private readonly stop: HTMLButtonElement;

    constructor(act: (action: 'pause' | 'resume' | 'stop') => void) {
        this.pause = button(t('history.pause'), { icon: 'fa-pause', 'data-act': 'pause' }, () => act('pause'));
        this.resume = button(t('tool.resume'), { icon: 'fa-play', 'data-act': 'resume' }, () => act('resume'));
        this.stop = button(t('history.stop'), { icon: 'fa-stop', 'data-act': 'stop' }, () => act('stop'));
        this.element = make('div', { class: 'pts-progress', hidden: true }, [
            this.text,
            this.track,
            make('div', { class: 'pts-next' }, [this.pause, this.resume, this.stop]),
        ]);
    }

    /** @param report null: nothing runs */
    show(report: Running | null, paused: boolean): void {
        this.element.hidden = report === null;
        if (report === null) {
            this.told = 0;
            return;
        }
        const { mode, done = 0, total = 0, secondsLeft = null } = report;
        const known = total > 0;
        const left = secondsLeft === null || paused ? '' : t('history.left', { time: duration(secondsLeft) });
        const numbers = { done: number(done), total: number(total) };
        const what = known ? t(`history.running.${mode}`, numbers) : t('history.reading');
        this.text.textContent = [what, paused ? t('history.paused') : left].filter(Boolean).join(' · ');
        const percent = known ? Math.min(100, Math.round((100 * done) / total)) : 0;
        this.track.classList.toggle('pts-bar-unknown', !known);
        this.bar.style.width = known ? `${percent}%` : '';
        if (known) {
            this.track.setAttribute('aria-valuenow', String(percent));
            this.track.setAttribute('aria-valuetext', this.text.textContent);
        } else this.track.removeAttribute('aria-valuenow');
        this.showButtons(mode === 'all' || mode === 'parts', paused);
        this.announce(percent);
    }

    /** @param sends only what sends prints can be paused */
    private showButtons(sends: boolean, paused: boolean): void {
        const had = hasFocus(this.element) ? document.activeElement : null;
        this.pause.hidden = !sends || paused || !mayWrite();
        this.resume.hidden = !sends || !paused || !mayWrite();
        this.stop.hidden = !mayWrite();
        if (had instanceof HTMLElement && had.hidden) (paused ? this.resume : this.pause).focus();
    }

    /** A quarter at a time: enough to know that it goes on. */
    private announce(percent: number): void {
        const quarter = Math.floor(percent / 25);
        if (quarter > this.told && quarter < 4) say(this.text.textContent);
        this.told = quarter;
    }
}
