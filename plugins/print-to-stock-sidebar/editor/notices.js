// What a person must know before anything else: servers that are off, a store or a source that cannot work, a pause.
(function (sidebar) {
    const { make, icon, button } = sidebar;

    sidebar.Notices = class {
        constructor() {
            // polite: an outage is no reason to cut somebody short
            this.element = make('div', { class: 'pts-notices', role: 'status', hidden: true });
            this.shown = '';
        }

        show(store, resume) {
            const { t } = sidebar;
            const notices = [
                ...(store.off || []).map(({ server, since, error }) => ({
                    kind: 'error',
                    sign: 'fa-plug',
                    text: t('off.title', { server, time: sidebar.when(since) }),
                    more: t('off.more'),
                    words: error,
                })),
                ...(store.sources || []).flatMap((source) => noticesOf(source, (store.off || []).length > 0, resume)),
            ];
            // told once: what is the same as before is not read out again
            const shown = JSON.stringify(notices);
            if (shown === this.shown) return;
            this.shown = shown;
            sidebar.fill(this.element, notices.map(noticeOf));
        }
    };

    function noticesOf(source, isOff, resume) {
        const { t } = sidebar;
        const name = sidebar.sourceName(source);
        if (source.problem)
            return [{ kind: 'error', sign: 'fa-warning', text: t('source.problem', { name }), words: source.problem }];
        const notices = [];
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

    function noticeOf({ kind, sign, text, more, words, act }) {
        return make('div', { class: `pts-notice pts-notice-${kind}` }, [
            icon(sign),
            make('div', {}, [
                make('strong', { text }),
                more ? make('span', { text: ` ${more}` }) : null,
                words ? make('span', { class: 'pts-words', text: words }) : null,
            ]),
            act && sidebar.mayWrite()
                ? button(sidebar.t('tool.resume'), { icon: 'fa-play', 'data-act': 'resume' }, act)
                : null,
        ]);
    }
})((window.printToStockSidebar = window.printToStockSidebar || {}));
