// Pictures are asked for when their row comes into view, and kept for as many rows as a few pages have.
(function (sidebar) {
    const MOST = 200;
    /** addresses of blobs by store and batch, the least recently shown first; null: there is no picture */
    const kept = new Map();
    const rows = new Map();
    let watcher = null;

    /** The box of a print's picture. */
    sidebar.thumbnail = function (store, print) {
        const box = sidebar.make('span', { class: 'pts-thumb', 'aria-hidden': 'true' }, [sidebar.icon('fa-cube')]);
        if (!print.picture) return box;
        const key = `${store}/${print.batch}`;
        if (kept.has(key)) {
            const url = kept.get(key);
            keep(key, url);
            show(box, url);
            return box;
        }
        rows.set(box, { key, store, batch: print.batch });
        watcher = watcher || new IntersectionObserver(look, { rootMargin: '100px' });
        watcher.observe(box);
        return box;
    };

    function look(entries) {
        for (const { target, isIntersecting } of entries) {
            if (!isIntersecting && target.isConnected) continue;
            watcher.unobserve(target);
            const row = rows.get(target);
            rows.delete(target);
            if (row && isIntersecting) ask(target, row);
        }
    }

    function ask(box, { key, store, batch }) {
        sidebar.runtime.thumbnail(store, batch).then(
            (blob) => {
                if (!blob || blob.size === 0) return;
                const url = URL.createObjectURL(blob);
                keep(key, url);
                show(box, url);
            },
            () => undefined,
        );
    }

    function keep(key, url) {
        const before = kept.get(key);
        if (before && before !== url) URL.revokeObjectURL(before);
        kept.delete(key);
        kept.set(key, url);
        for (const [oldest, its] of kept) {
            if (kept.size <= MOST) return;
            kept.delete(oldest);
            URL.revokeObjectURL(its);
        }
    }

    function show(box, url) {
        box.replaceChildren(sidebar.make('img', { src: url, alt: '', loading: 'lazy' }));
    }
})((window.printToStockSidebar = window.printToStockSidebar || {}));
