"""报价页面 A signed quote explained, the frame for shops, the developer's page of the widget."""
