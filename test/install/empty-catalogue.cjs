'use strict';
// Loaded before node-red-dev: its one question to the catalogue's site (are names and types taken?) is answered "there
// are no other packages". Everything else it asks for itself.
const axios = require(require.resolve('axios', { paths: [process.env.NODE_RED_DEV] }));

const ask = axios.get;
axios.get = (url, ...rest) =>
    url.startsWith('https://catalogue.nodered.org/')
        ? Promise.resolve({ status: 200, data: { modules: [] } })
        : ask(url, ...rest);
