// Prints what it was started with.
console.log(JSON.stringify({ argv: process.argv.slice(2), execArgv: process.execArgv }));
