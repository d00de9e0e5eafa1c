(() => {
  const field = document.querySelector('input[type=search]');
  let index;
  field?.addEventListener('focus', async () => { index ??= await (await fetch(document.body.dataset.search)).json(); });
})();
