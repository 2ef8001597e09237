import type { BackfillMode, BackfillReport } from '../../../lib/admin/sidebar/wire';
import { button, hasFocus, make } from '../page/elements';
import { duration, number } from '../page/format';
import { ProgressBar } from '../page/progress-bar';
import { mayWrite, t } from '../page/texts';

/** How far it is; only the mode is known of what has just begun. */
type Running = { mode: BackfillMode } & Partial<Pick<BackfillReport, 'done' | 'total' | 'secondsLeft'>>;

/** A bar with what there is to know and to do while history is gone through. */
export class Progress {
    readonly element: HTMLElement;
    private readonly bar = new ProgressBar();
    private readonly pause: HTMLButtonElement;
    private readonly resume: HTMLButtonElement;
    private readonly stop: HTMLButtonElement;

    constructor(act: (action: 'pause' | 'resume' | 'stop') => void) {
        this.pause = button(t('history.pause'), { icon: 'fa-pause', 'data-act': 'pause' }, () => act('pause'));
        this.resume = button(t('tool.resume'), { icon: 'fa-play', 'data-act': 'resume' }, () => act('resume'));
        this.stop = button(t('history.stop'), { icon: 'fa-stop', 'data-act': 'stop' }, () => act('stop'));
        this.element = make('div', { class: 'pts-progress', hidden: true }, [
            ...this.bar.elements,
            make('div', { class: 'pts-next' }, [this.pause, this.resume, this.stop]),
        ]);
    }

    /** @param report null: nothing runs */
    show(report: Running | null, paused: boolean): void {
        this.element.hidden = report === null;
        if (report === null) return this.bar.rest();
        const { mode, done = 0, total = 0, secondsLeft = null } = report;
        const left = secondsLeft === null || paused ? '' : t('history.left', { time: duration(secondsLeft) });
        const numbers = { done: number(done), total: number(total) };
        const what = total > 0 ? t(`history.running.${mode}`, numbers) : t('history.reading');
        this.showButtons(mode === 'all' || mode === 'parts', paused);
        this.bar.show([what, paused ? t('history.paused') : left].filter(Boolean).join(' · '), done, total);
    }

    /** @param sends only what sends prints can be paused */
    private showButtons(sends: boolean, paused: boolean): void {
        const had = hasFocus(this.element) ? document.activeElement : null;
        this.pause.hidden = !sends || paused || !mayWrite();
        this.resume.hidden = !sends || !paused || !mayWrite();
        this.stop.hidden = !mayWrite();
        if (had instanceof HTMLElement && had.hidden) (paused ? this.resume : this.pause).focus();
    }
}
