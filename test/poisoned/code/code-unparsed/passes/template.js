module.exports = {
  name: '<%= name %>',
  <%- fields.map((field) => `${field}: ''`).join(',') %>
  parent: <%= parent.%>,
};
