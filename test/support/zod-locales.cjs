// Stands for zod's messages in 60 languages: every test file that imports zod would load them. English is another module.
module.exports = {};
