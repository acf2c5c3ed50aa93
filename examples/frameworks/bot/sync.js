const Heatsync = require("heatsync-rs");

exports.sync = new Heatsync();
